"""Both halves of the codec under one name."""

from grader.worker.decoder import Decoder
from grader.worker.encoder import Encoder
from grader.worker.tags import Layout, Tag, TooDeep

__all__ = ["Decoder", "Encoder", "Layout", "Tag", "TooDeep"]
