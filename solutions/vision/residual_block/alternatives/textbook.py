"""As torchvision and the deployment guides write it: in-place ReLU, expansion, folding by a diagonal matrix."""

import torch
from torch import nn


def conv3x3(c_in, c_out, stride=1):
    """3x3 convolution with padding."""
    return nn.Conv2d(c_in, c_out, kernel_size=3, stride=stride, padding=1, bias=False)


class BasicBlock(nn.Module):
    """Block of ResNet-18 and -34."""

    def __init__(self, c_in, c_out, stride=1):
        super().__init__()
        self.conv1 = conv3x3(c_in, c_out, stride)
        self.bn1 = nn.BatchNorm2d(c_out)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = conv3x3(c_out, c_out)
        self.bn2 = nn.BatchNorm2d(c_out)
        self.downsample = None
        if stride != 1 or c_in != c_out:
            conv = nn.Conv2d(c_in, c_out, kernel_size=1, stride=stride, bias=False)
            self.downsample = nn.Sequential(conv, nn.BatchNorm2d(c_out))

    def forward(self, x):
        """Residual plus identity."""
        identity = x
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        if self.downsample is not None:
            identity = self.downsample(x)
        out += identity
        return self.relu(out)


def fold_conv_bn(w, b, gamma, beta, mean, var, eps=1e-5):
    """W_bn W_conv, and W_bn b_conv + b_bn."""
    w_bn = torch.diag(gamma / torch.sqrt(var + eps))
    w_fused = torch.mm(w_bn, w.reshape(w.shape[0], -1)).reshape(w.shape)
    if b is None:
        b = torch.zeros_like(mean)
    b_bn = beta - gamma * mean / torch.sqrt(var + eps)
    return w_fused, torch.mv(w_bn, b) + b_bn
