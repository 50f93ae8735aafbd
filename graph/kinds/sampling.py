"""Chance within a network: numbers drawn around what a layer says, with a slope."""

from graph.misfit import Misfit, floats
from graph.roles import Layer
from graph.shape import Tensor
from graph.sides import together
from graph.spec import Port


class Sample(Layer):
    """Draws numbers around a mean while the network learns, as far away as a variance says; afterwards the mean itself.

    What is drawn has a slope to both (the reparameterization trick), so that both can be learned.
    """

    family = "regularization"
    numbered = False
    formula = "y = μ + e^(½·ln σ²)·ε,  ε ~ Normal(0, 1);  when the network is used, y = μ"
    shapes = "mean (N, *), logvar (N, *) → (N, *)  equal sides"
    use = "Between the encoder and the decoder of a variational autoencoder, with a GaussianKLLoss on the same two."
    avoid = "To add noise of a fixed size: GaussianNoise. As what a generator starts from: Noise."
    origin = "D. Kingma and M. Welling, Auto-Encoding Variational Bayes, 2013"
    words = ("vae", "variational", "reparameterization", "reparametrisation", "latent", "draw", "gaussian", "noise")
    inputs = (
        Port("mean", help="Around what numbers are drawn."),
        Port("logvar", help="The logarithm of the variance of each; any number will do."),
    )
    source = '''\
class Sample(nn.Module):
    """Draws around a mean while training; else gives the mean."""

    def forward(self, mean, logvar):
        if not self.training:
            return mean
        return mean + torch.exp(0.5 * logvar) * torch.randn_like(mean)
'''

    def shape(self, mean: Tensor, logvar: Tensor) -> Tensor:
        floats(mean, "mean")
        floats(logvar, "logvar")
        sides = together({"mean": mean, "logvar": logvar}, "draws around")
        if mean.rank != logvar.rank or any(
            None not in pair and pair[0] != pair[1] for pair in zip(mean.known, logvar.known, strict=True)
        ):
            raise Misfit("wants a variance for each number of its mean", "logvar")
        return Tensor(sides)

    def module(self, *inputs: Tensor) -> str:
        return "Sample()"
