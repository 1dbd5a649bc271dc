"""As detection tutorials and the CutMix repository write it: boxes by columns, a mask, bbx1 to bby2."""

import numpy as np


def hflip(img, boxes):
    """Flip pixels, swap corners."""
    boxes = boxes.copy()
    boxes[:, [0, 2]] = img.shape[1] - boxes[:, [2, 0]]
    return np.fliplr(img), boxes


def crop(img, boxes, top, left, height, width, min_visible=0.3):
    """Shift first, clip then."""
    area = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    out = boxes - np.array([left, top, left, top])
    out[:, 0::2] = np.clip(out[:, 0::2], 0, width)
    out[:, 1::2] = np.clip(out[:, 1::2], 0, height)
    visible = (out[:, 2] - out[:, 0]) * (out[:, 3] - out[:, 1]) / area
    kept = np.where(visible >= min_visible)[0]
    return img[top : top + height, left : left + width], out[kept], kept


def adjust_brightness(img, factor):
    """In float32 and back."""
    return np.clip(np.round(img.astype(np.float32) * factor), 0, 255).astype(np.uint8)


def cutmix(a, b, ya, yb, lam, cy, cx):
    """rand_bbox with a given centre."""
    h, w = a.shape[1:]
    cut_rat = np.sqrt(1.0 - lam)
    cut_w, cut_h = int(w * cut_rat), int(h * cut_rat)
    bbx1, bby1 = np.clip(cx - cut_w // 2, 0, w), np.clip(cy - cut_h // 2, 0, h)
    bbx2, bby2 = np.clip(cx + cut_w // 2, 0, w), np.clip(cy + cut_h // 2, 0, h)
    out = np.array(a)
    out[:, bby1:bby2, bbx1:bbx2] = b[:, bby1:bby2, bbx1:bbx2]
    lam = 1 - (bbx2 - bbx1) * (bby2 - bby1) / (w * h)
    return out, lam * ya + (1 - lam) * yb
