"""The same training by PyTorch Lightning, without progress bar, log, summary and checkpoints."""

import logging
import warnings
from typing import Any

import lightning
import torch

from benchmarks.peers.given import Given


class Trained(lightning.LightningModule):
    """A net, its loss and its figures."""

    def __init__(self, given: Given) -> None:
        super().__init__()
        self.net, self.given = given.net, given

    def training_step(self, batch: Any, at: int) -> torch.Tensor:
        return self._seen(batch, "train")

    def validation_step(self, batch: Any, at: int) -> None:
        self._seen(batch, "validation")

    def _seen(self, batch: Any, part: str) -> torch.Tensor:
        xs, ys = batch
        scores = self.net(xs)
        loss = self.given.loss(scores, ys)
        figures = {f"{part}_loss": loss.detach()}
        if self.given.classes:
            figures[f"{part}_accuracy"] = (scores.argmax(1) == ys).float().mean()
        self.log_dict(figures, on_step=False, on_epoch=True, batch_size=len(ys))
        return loss

    def configure_optimizers(self) -> Any:
        optimizer = self.given.optimizer(fused=True)
        schedule, when = self.given.schedule(optimizer)
        if not when:
            return optimizer
        return {"optimizer": optimizer, "lr_scheduler": {"scheduler": schedule, "interval": when}}

    def on_train_epoch_end(self) -> None:
        self.given.end_epoch()


def run(given: Given) -> dict[str, float]:
    warnings.filterwarnings("ignore")
    logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)
    lightning.seed_everything(given.task.seed, verbose=False)
    trainer = lightning.Trainer(
        max_epochs=given.task.epochs, accelerator="cpu" if given.task.device == "cpu" else "gpu", devices=1,
        precision="bf16-mixed" if given.task.precision == "bf16" else "32-true", logger=False,
        enable_checkpointing=False, enable_progress_bar=False, enable_model_summary=False, num_sanity_val_steps=0,
    )  # fmt: skip
    trainer.fit(Trained(given), *given.loaders())
    found = trainer.callback_metrics
    return given.told(float(found["validation_loss"]), float(found.get("validation_accuracy", 0)))
