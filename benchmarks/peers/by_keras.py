"""The same training by Keras on torch: its own layers, begun with the weights of the torch net."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

os.environ["KERAS_BACKEND"] = "torch"

import keras
import numpy as np
from keras import layers

from benchmarks.peers.given import Given

Arrays = list[np.ndarray[Any, Any]]


def digits_mlp() -> Any:
    first, second = layers.Dense(64, "relu", name="fc1"), layers.Dense(10, name="fc2")
    return keras.Sequential([keras.Input((1, 8, 8)), layers.Reshape((64,)), first, second])


def digits_cnn() -> Any:
    keras.config.set_image_data_format("channels_first")
    return keras.Sequential(
        [
            keras.Input((1, 8, 8)),
            layers.Conv2D(32, 3, padding="same", activation="relu", name="conv1"),
            layers.Conv2D(64, 3, padding="same", activation="relu", name="conv2"),
            layers.MaxPooling2D(2),
            layers.Reshape((1024,)),
            layers.Dropout(0.25),
            layers.Dense(64, "relu", name="fc1"),
            layers.Dense(10, name="fc2"),
        ]
    )


def lstm_forecast() -> Any:
    return keras.Sequential([keras.Input((22, 1)), layers.LSTM(32, name="lstm"), layers.Dense(1, name="fc")])


class Positions(layers.Layer):  # type: ignore[misc]  # Keras gives its classes no types
    """Adds a learned row to each step."""

    def build(self, shape: Any) -> None:
        self.table = self.add_weight(shape=shape[1:], name="table")

    def call(self, x: Any) -> Any:
        return x + self.table


def chars_transformer() -> Any:
    given = keras.Input((64,), dtype="int32")
    x = Positions(name="positions")(layers.Embedding(80, 96, name="embedding")(given))
    for at in range(2):
        place = f"layers__{at}"
        y = layers.LayerNormalization(epsilon=1e-5, name=f"{place}__norm1")(x)
        y = layers.MultiHeadAttention(4, 24, name=f"{place}__look_back")(y, y, use_causal_mask=True)
        x = x + layers.Dropout(0.05)(y)
        y = layers.LayerNormalization(epsilon=1e-5, name=f"{place}__norm2")(x)
        y = layers.Dense(384, "gelu", name=f"{place}__fc1")(y)
        x = x + layers.Dropout(0.05)(layers.Dense(96, name=f"{place}__fc2")(y))
    x = layers.LayerNormalization(epsilon=1e-5, name="norm")(x)
    return keras.Model(given, layers.Dense(80, name="fc")(x))


MODELS: dict[str, Callable[[], Any]] = {
    "digits-mlp": digits_mlp,
    "digits-cnn": digits_cnn,
    "lstm-forecast": lstm_forecast,
    "chars-transformer": chars_transformer,
}


def begin_alike(model: Any, net: Any) -> None:
    """Gives each layer that has weights those of the torch module of its name."""
    for layer in model.layers:
        if layer.weights:
            module = net.get_submodule(layer.name.replace("__", "."))
            held = {name: tensor.detach().cpu().numpy() for name, tensor in module.state_dict().items()}
            layer.set_weights(AS_KERAS[type(layer).__name__](held))


def _attention(held: dict[str, Any]) -> Arrays:
    width = held["in_proj_weight"].shape[1]
    found: Arrays = []
    for weight, bias in zip(np.split(held["in_proj_weight"], 3), np.split(held["in_proj_bias"], 3), strict=True):
        found += [weight.T.reshape(width, 4, -1), bias.reshape(4, -1)]
    return [*found, held["out_proj.weight"].T.reshape(4, -1, width), held["out_proj.bias"]]


AS_KERAS: dict[str, Callable[[dict[str, Any]], Arrays]] = {
    "Dense": lambda held: [held["weight"].T, held["bias"]],
    "Conv2D": lambda held: [held["weight"].transpose(2, 3, 1, 0), held["bias"]],
    "LSTM": lambda held: [held["weight_ih_l0"].T, held["weight_hh_l0"].T, held["bias_ih_l0"] + held["bias_hh_l0"]],
    "Embedding": lambda held: [held["weight"]],
    "Positions": lambda held: [held["weight"]],
    "LayerNormalization": lambda held: [held["weight"], held["bias"]],
    "MultiHeadAttention": _attention,
}


class Clock(keras.callbacks.Callback):  # type: ignore[misc]  # Keras gives its classes no types
    """Tells when an epoch has ended."""

    def __init__(self, given: Given) -> None:
        super().__init__()
        self.given = given

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        self.given.end_epoch()


class Rates(keras.callbacks.Callback):  # type: ignore[misc]  # Keras gives its classes no types
    """Moves the rate (and a cycle's first momentum) as torch's schedule does, step by step."""

    def __init__(self, given: Given) -> None:
        super().__init__()
        optimizer = given.optimizer(fused=False)
        schedule, self.when = given.schedule(optimizer)
        self.at, self.rates = 0, list[tuple[float, float]]()
        for _ in range(given.task.epochs * (given.steps if self.when == "step" else 1) if schedule else 0):
            group = optimizer.param_groups[0]
            self.rates.append((group["lr"], group["betas"][0]))
            optimizer.step()
            schedule.step()

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        if self.when == "epoch":
            self._move()

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        if self.when == "step":
            self._move()

    def _move(self) -> None:
        rate, momentum = self.rates[self.at]
        self.at += 1
        self.model.optimizer.learning_rate = rate
        self.model.optimizer.beta_1 = momentum


def run(given: Given) -> dict[str, float]:
    task = given.task
    keras.utils.set_random_seed(task.seed)
    model = MODELS[task.name]()
    begin_alike(model, given.net)
    decay = {"weight_decay": 0.01} if task.optimizer == "AdamW" else {}
    optimizer = getattr(keras.optimizers, task.optimizer)(task.rate, epsilon=1e-8, **decay)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True) if given.classes else "mse"
    model.compile(optimizer, loss, metrics=["accuracy"] if given.classes else [])
    train, held = ([values.numpy() for values in part] for part in (given.train, given.held))
    history = model.fit(
        *train, batch_size=task.batch, epochs=task.epochs, validation_data=held, validation_batch_size=4 * task.batch,
        verbose=0, callbacks=[Rates(given), Clock(given)],
    ).history  # fmt: skip
    return given.told(history["val_loss"][-1], history["val_accuracy"][-1] if given.classes else 0)
