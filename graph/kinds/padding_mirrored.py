"""Padding from what is there: mirrored, repeated at the edge, or carried round from the other end."""

from graph.kinds.padding import _DEEP, _LONG, _WIDE, _Pad
from graph.misfit import Misfit
from graph.shape import Tensor


class _Mirrored(_Pad):
    """Edges that are filled from the numbers beside them; truth values torch cannot fill so."""

    def expect(self, x: Tensor) -> None:
        self.expect_rank(x)
        if x.dtype == "bool":
            raise Misfit("fills edges from numbers", hint="truth values can be padded with a constant", code="dtype")


class _ReflectionPad(_Mirrored):
    """The edge is a mirror, and the outermost number stands in it once."""

    use = "Before convolutions over pictures and sound that go on beyond the edge: no seam is learned."
    avoid = "Where outside is really nothing, as in tables or games on a board: zeros say that."
    origin = "Textbook"

    def check(self, side: int, before: int, behind: int) -> None:
        if max(before, behind) >= side:
            raise self.refuse(max(before, behind), side, side - 1)


class ReflectionPad1d(_ReflectionPad):
    """Puts the mirrored beginning before a sequence and the mirrored end behind it. The edge itself is not repeated."""

    dims = 1
    torch = "nn.ReflectionPad1d"
    title = "ReflectionPad1d"
    formula = "y[c,i] = x[c, |i − left|],  and at the other end alike"
    shapes = _LONG
    words = ("sequence", "signal", "mirror", "reflect", "border", "margin")


class ReflectionPad2d(_ReflectionPad):
    """Puts mirrored edges around a picture. The outermost line itself is not repeated."""

    dims = 2
    torch = "nn.ReflectionPad2d"
    title = "ReflectionPad2d"
    formula = "y[c,i,j] = x[c, |i − top|, |j − left|],  and at the other edges alike"
    shapes = _WIDE
    words = ("mirror", "reflect", "border", "margin", "frame", "picture", "image", "style transfer")


class ReflectionPad3d(_ReflectionPad):
    """Puts mirrored edges around a volume. The outermost layer itself is not repeated."""

    dims = 3
    torch = "nn.ReflectionPad3d"
    title = "ReflectionPad3d"
    formula = "y[c,i,j,k] = x[c, |i − front|, |j − top|, |k − left|],  and at the other edges alike"
    shapes = _DEEP
    words = ("volume", "voxel", "mirror", "reflect", "border", "margin")


class _ReplicationPad(_Mirrored):
    """The outermost numbers go on outside."""

    use = "Where the edge goes on as it is: slow signals, backgrounds of one colour."
    avoid = "For wide edges on rough pictures: they become long stripes."
    origin = "Textbook"


class ReplicationPad1d(_ReplicationPad):
    """Goes on with the first step before a sequence and with the last one behind it. The numbers themselves stay."""

    dims = 1
    torch = "nn.ReplicationPad1d"
    title = "ReplicationPad1d"
    formula = "y[c,i] = x[c, min(max(i − left, 0), L − 1)]"
    shapes = _LONG
    words = ("sequence", "signal", "repeat", "edge", "clamp", "border", "margin")


class ReplicationPad2d(_ReplicationPad):
    """Goes on with the outermost pixels around a picture. The numbers themselves stay."""

    dims = 2
    torch = "nn.ReplicationPad2d"
    title = "ReplicationPad2d"
    formula = "y[c,i,j] = x[c, min(max(i − top, 0), H − 1), min(max(j − left, 0), W − 1)]"
    shapes = _WIDE
    words = ("repeat", "edge", "clamp", "border", "margin", "frame", "picture", "image")


class ReplicationPad3d(_ReplicationPad):
    """Goes on with the outermost voxels around a volume. The numbers themselves stay."""

    dims = 3
    torch = "nn.ReplicationPad3d"
    title = "ReplicationPad3d"
    formula = "y[c,i,j,k] = x[c, min(max(i − front, 0), D − 1), …]"
    shapes = _DEEP
    words = ("volume", "voxel", "repeat", "edge", "clamp", "border", "margin")


class _CircularPad(_Pad):
    """What leaves at one end comes in at the other."""

    use = "For what goes round: hours of a day, angles, maps of a whole sphere, tiles without a seam."
    avoid = "Where the two ends have nothing to do with each other."
    origin = "Textbook"

    def expect(self, x: Tensor) -> None:
        self.expect_rank(x)

    def check(self, side: int, before: int, behind: int) -> None:
        if max(before, behind) > side:
            raise self.refuse(max(before, behind), side, side)


class CircularPad1d(_CircularPad):
    """Puts the end of a sequence before it and its beginning behind it, as if it were a ring. The numbers stay."""

    dims = 1
    torch = "nn.CircularPad1d"
    title = "CircularPad1d"
    formula = "y[c,i] = x[c, (i − left) mod L]"
    shapes = _LONG
    words = ("sequence", "signal", "wrap", "periodic", "ring", "cyclic", "border", "margin")


class CircularPad2d(_CircularPad):
    """Puts the opposite edges around a picture, as if it were tiled without end. The numbers themselves stay."""

    dims = 2
    torch = "nn.CircularPad2d"
    title = "CircularPad2d"
    formula = "y[c,i,j] = x[c, (i − top) mod H, (j − left) mod W]"
    shapes = _WIDE
    words = ("wrap", "periodic", "torus", "cyclic", "tile", "border", "margin", "picture", "image")


class CircularPad3d(_CircularPad):
    """Puts the opposite edges around a volume, as if it were repeated without end. The numbers themselves stay."""

    dims = 3
    torch = "nn.CircularPad3d"
    title = "CircularPad3d"
    formula = "y[c,i,j,k] = x[c, (i − front) mod D, (j − top) mod H, (k − left) mod W]"
    shapes = _DEEP
    words = ("volume", "voxel", "wrap", "periodic", "torus", "cyclic", "border", "margin")
