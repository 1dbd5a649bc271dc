"""Fills test cells with the sandbox's marks; stands where nbgrader would run the learner's code in a kernel."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbgrader.preprocessors import NbGraderPreprocessor  # type: ignore[import-untyped]
from traitlets import Int, Unicode, default

from grader.classes.batch import grade_all
from grader.classes.bench import Bench
from grader.classes.job import Job, Settings
from grader.classes.notebooks.exporter import CarefulExporter
from grader.classes.notebooks.outputs import fill
from grader.classes.notebooks.trusted import OURS, submission_of
from grader.content.catalog import open_catalog
from grader.errors import ContentError
from grader.model import ConfinementMode, Feedback, Report, new_seed

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from grader.content.catalog import Catalog


class SandboxedExecute(NbGraderPreprocessor):  # type: ignore[misc]
    """Stands in `Autograde.autograde_preprocessors` in place of `Execute`.

    The solution cell is the submission, with what it uses of other cells. It is graded as `kata grade` does, in a
    process that sees no test and can write nothing; no kernel is started. All outputs are discarded first. Each test cell then has
    a text for the learner and its points.
    """

    catalogue = Unicode(
        "", help="Folder that holds exercises/ and solutions/; found as kata finds it where empty."
    ).tag(config=True)
    feedback = Unicode(str(Feedback.HINTS), help="How much the texts of test cells tell: full, hints or none.").tag(
        config=True
    )
    confinement = Unicode(str(ConfinementMode.STRICT), help="Walls to insist on: strict, auto or off.").tag(config=True)

    seed = Int(
        help="Seed of the hidden inputs, the same for the whole class; drawn where it is not set. Whoever knows it knows them."
    ).tag(config=True)

    @default("seed")
    def _seed(self) -> int:
        return new_seed()

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Grade a notebook.

        Parameters
        ----------
        nb : NotebookNode
            Changed in place.
        resources : dict
            nbgrader's; it says which notebook this is.

        Raises
        ------
        ContentError
            When the notebook is no exercise, or the grader broke: nbgrader then says that the submission failed, and no
            mark is given.
        """
        catalog = open_catalog(Path(self.catalogue) if self.catalogue else None)
        slug = self._slug(nb, resources)
        exercise = catalog.exercise(slug)
        submission, refused = submission_of(nb, exercise, Path(f"{slug}.ipynb"))
        fill(nb, self._report(Job(exercise, submission, refused), self.settings(catalog)))
        return nb, resources

    def settings(self, catalog: Catalog) -> Settings:
        """Return how this course is graded.

        Parameters
        ----------
        catalog : Catalog
            Which no worker may read.
        """
        return Settings(
            ConfinementMode(self.confinement),
            seed=self.seed,
            feedback=Feedback(self.feedback),
            secret=catalog.roots,
        )

    def _slug(self, nb: NotebookNode, resources: Any) -> str:
        known = resources.get("nbgrader") if resources else None
        if known:
            return str(known["notebook"])
        ours = nb.metadata.get(OURS)  # nbgrader validate does not tell which file this is
        slug = ours.get("exercise") if isinstance(ours, dict) else None
        if not isinstance(slug, str):
            raise ContentError("The notebook does not say which exercise it is.", "Take one that kata wrote.")
        return slug

    def _report(self, job: Job, settings: Settings) -> Report:
        if threading.current_thread() is not threading.main_thread():  # hidden tests are stopped by a signal
            return next(grade_all([job], settings, apart=True)).report
        if isinstance(self.parent, CarefulExporter):
            outcome = self.parent.bench(settings).grade(job)
        else:
            with Bench(settings) as bench:
                outcome = bench.grade(job)
        if isinstance(outcome, Report):
            return outcome
        raise ContentError(f"{job.exercise.slug} could not be graded: {outcome}", "No mark was given.")
