"""The template as data, and in plain CloudFormation, SAM's transform applied."""

import os
from pathlib import Path

import yaml
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

TEMPLATE = Path(__file__).parent / "template.yaml"


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short forms."""


def _short_form(loader, suffix, node):
    name = suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}"
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
        return {name: value.split(".", 1) if suffix == "GetAtt" else value}
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    return {name: loader.construct_mapping(node, deep=True)}


_Loader.add_multi_constructor("!", _short_form)


def load():
    """Returns the template as it is written."""
    return yaml.load(TEMPLATE.read_text(encoding="utf-8"), _Loader)


def transformed(code):
    """Returns it in plain CloudFormation; `code` is where the function's zip lies, s3://bucket/key."""
    # The transform asks for a region and writes it nowhere.
    os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
    template = load()
    template["Resources"]["VoucherApi"]["Properties"]["CodeUri"] = code
    return Translator({}, Parser()).translate(sam_template=template, parameter_values={})
