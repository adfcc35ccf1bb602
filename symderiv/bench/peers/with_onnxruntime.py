"""onnxruntime on the CPU: a graph of one or two nodes, inputs and outputs bound beforehand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

import numpy as np

onnx: Any = import_module("onnx")
ort: Any = import_module("onnxruntime")
PACKAGE = "onnxruntime"
Ways = list[Callable[[], Any]]
OPSET = 20


def numbers(result: Any) -> Any:
    return result.copy_outputs_to_cpu()[0]


def _session(nodes: Sequence[Any], arrays: Sequence[Any]) -> Ways:
    """A session for the nodes; inputs ``x0``, ``x1``, ..., output ``y``, of the shape of ``x0``."""
    make = onnx.helper
    kind = make.np_dtype_to_tensor_dtype(arrays[0].dtype)
    ends = [make.make_tensor_value_info(f"x{n}", kind, a.shape) for n, a in enumerate(arrays)]
    last = make.make_tensor_value_info("y", kind, arrays[0].shape)
    model = make.make_model(
        make.make_graph(list(nodes), "graph", ends, [last]), opset_imports=[make.make_opsetid("", OPSET)]
    )
    model.ir_version = 10
    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    session = ort.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    bound = session.io_binding()
    for n, a in enumerate(arrays):
        bound.bind_ortvalue_input(f"x{n}", ort.OrtValue.ortvalue_from_numpy(np.ascontiguousarray(a)))
    bound.bind_ortvalue_output("y", ort.OrtValue.ortvalue_from_numpy(np.empty_like(arrays[0])))

    def run() -> Any:
        session.run_with_iobinding(bound)
        return bound

    return [run]


def _node(operator: str, inputs: Sequence[str], output: str, **attributes: Any) -> Any:
    return onnx.helper.make_node(operator, list(inputs), [output], **attributes)


def softmax(z: Any, axis: int) -> Ways:
    return _session([_node("Softmax", ["x0"], "y", axis=axis)], [z])


def log_softmax(z: Any, axis: int) -> Ways:
    return _session([_node("LogSoftmax", ["x0"], "y", axis=axis)], [z])


def layernorm(x: Any, eps: Any) -> Ways:
    one = np.ones(x.shape[-1], x.dtype)  # the operator has no form without a scale
    return _session([_node("LayerNormalization", ["x0", "x1"], "y", epsilon=float(eps))], [x, one])


def gelu(x: Any) -> Ways:
    return _session([_node("Gelu", ["x0"], "y")], [x])


def silu(x: Any) -> Ways:
    return _session([_node("Sigmoid", ["x0"], "s"), _node("Mul", ["x0", "s"], "y")], [x])
