"""Tuned weight decay in the form that optimisers of other packages take."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from workbench.errors import ParameterError
from workbench.messages import did_you_mean


def param_groups(
    named_parameters: Iterable[tuple[str, Any]],
    decay: Mapping[str, float],
    *,
    layer_of: Callable[[str], str | None],
) -> list[dict[str, Any]]:
    """Return groups of parameters with a weight decay each, as `torch.optim` takes them.

    Nothing of torch is imported: parameters pass through as they are. With
    ``torch.optim.SGD(groups, momentum=0)`` the decay is the L2 penalty that was tuned: the gradient
    gets λθ. With ``AdamW`` it is not: parameters shrink by learning rate · λ a step, whatever their
    gradient's scale, and the fit it comes to is another (Loshchilov & Hutter, 2019). With ``Adam``
    λθ is divided by the gradient's running size, so that parameters with large gradients are
    hardly shrunk.

    Parameters
    ----------
    named_parameters : iterable of (name, parameter)
        Such as ``network.named_parameters()``.
    decay : mapping of layer to λ
        `TunedDecay.decay`.
    layer_of : callable
        The layer of a parameter's name; None has no decay.

    Returns
    -------
    list of dict
        ``params, weight_decay``, in the order of `decay`, then what has none.

    Raises
    ------
    ParameterError
        A name's layer has no decay, or a decay is of no parameter.

    References
    ----------
    Loshchilov & Hutter (2019), Decoupled Weight Decay Regularization, ICLR.

    Examples
    --------
    >>> named = [("first.weight", "W1"), ("first.bias", "b1"), ("last.weight", "W2")]
    >>> param_groups(
    ...     named, {"first": 0.01, "last": 0.1},
    ...     layer_of=lambda name: None if name.endswith("bias") else name.split(".")[0],
    ... )
    [{'params': ['W1'], 'weight_decay': 0.01}, {'params': ['W2'], 'weight_decay': 0.1}, \
{'params': ['b1'], 'weight_decay': 0.0}]
    """
    members: dict[str | None, list[Any]] = {**{name: [] for name in decay}, None: []}
    for name, parameter in named_parameters:
        layer = layer_of(name)
        if layer not in members:
            raise ParameterError(
                f"`decay` must name the layer of every parameter; {name!r} is of {layer!r}, and it "
                f"has {list(decay)}.{did_you_mean(str(layer), list(decay))}"
            )
        members[layer].append(parameter)
    empty = [layer for layer in decay if not members[layer]]
    if empty:
        raise ParameterError(
            f"`decay` must name layers of the network; no parameter is of {empty}. Check "
            "`layer_of`."
        )
    groups = [
        {"params": params, "weight_decay": 0.0 if layer is None else float(decay[layer])}
        for layer, params in members.items()
    ]
    return [group for group in groups if group["params"]]
