"""The template as CloudFormation would see it: SAM's transform applied, parameters filled in,
conditions decided, and every function resolved to the ARN or name that it stands for."""

import re
import sys
from functools import cache
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import template as written

PSEUDO = {
    "AWS::AccountId": "123456789012",
    "AWS::Partition": "aws",
    "AWS::Region": "eu-west-1",
    "AWS::StackName": "voucher",
    "AWS::URLSuffix": "amazonaws.com",
}
NOTHING = object()
# How the ARN of a resource is written, by its type; `{}` is its name.
ARNS = {
    "AWS::DynamoDB::Table": "arn:aws:dynamodb:eu-west-1:123456789012:table/{}",
    "AWS::Lambda::Function": "arn:aws:lambda:eu-west-1:123456789012:function:{}",
    "AWS::IAM::Role": "arn:aws:iam::123456789012:role/{}",
    "AWS::ECS::Cluster": "arn:aws:ecs:eu-west-1:123456789012:cluster/{}",
    "AWS::ECS::TaskDefinition": "arn:aws:ecs:eu-west-1:123456789012:task-definition/{}:1",
    "AWS::SQS::Queue": "arn:aws:sqs:eu-west-1:123456789012:{}",
    "AWS::SNS::Topic": "arn:aws:sns:eu-west-1:123456789012:{}",
    "AWS::Events::Rule": "arn:aws:events:eu-west-1:123456789012:rule/{}",
    "AWS::Logs::LogGroup": "arn:aws:logs:eu-west-1:123456789012:log-group:{}:*",
}
# What Ref gives where it is not the name.
REF_IS_ARN = {"AWS::ECS::TaskDefinition", "AWS::SNS::Topic"}


@cache
def transformed():
    """Returns the template in plain CloudFormation; nobody changes what is returned."""
    return written.transformed("s3://artifacts/voucher-api.zip")


class Stack:
    """The template with these parameters."""

    def __init__(self, **parameters):
        template = transformed()
        self.parameters = {name: given["Default"] for name, given in template["Parameters"].items()}
        unknown = parameters.keys() - self.parameters.keys()
        assert not unknown, f"no such parameters: {unknown}"
        self.parameters |= parameters
        for name, given in template["Parameters"].items():
            if given["Type"] == "CommaDelimitedList":
                self.parameters[name] = self.parameters[name].split(",")
        self._conditions = template["Conditions"]
        made = {
            name: resource
            for name, resource in template["Resources"].items()
            if "Condition" not in resource or self._holds(resource["Condition"])
        }
        self._types = {name: resource["Type"] for name, resource in made.items()}
        self._named = {
            name: resource["Properties"] for name, resource in made.items() if "Properties" in resource
        }
        self.resources = {
            name: {"Type": resource["Type"], "Properties": self._resolve(resource.get("Properties", {}))}
            for name, resource in made.items()
        }
        self.outputs = {
            name: self._resolve(output["Value"])
            for name, output in template["Outputs"].items()
            if "Condition" not in output or self._holds(output["Condition"])
        }

    def of_type(self, kind):
        """Returns the properties of all resources of a type, by name."""
        return {
            name: resource["Properties"]
            for name, resource in self.resources.items()
            if resource["Type"] == kind
        }

    def _holds(self, name):
        return self._decide(self._conditions[name])

    def _decide(self, condition):
        (function, arguments), = condition.items()
        if function == "Condition":
            return self._holds(arguments)
        if function == "Fn::Equals":
            left, right = (self._resolve(argument) for argument in arguments)
            return str(left) == str(right)
        if function == "Fn::Not":
            return not self._decide(arguments[0])
        if function == "Fn::And":
            return all(self._decide(argument) for argument in arguments)
        raise NotImplementedError(function)

    def _resolve(self, value):
        if isinstance(value, list):
            resolved = [self._resolve(item) for item in value]
            return [item for item in resolved if item is not NOTHING]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            (function, arguments), = value.items()
            if function == "Ref" or function.startswith("Fn::"):
                return self._call(function, arguments)
        resolved = {name: self._resolve(item) for name, item in value.items()}
        return {name: item for name, item in resolved.items() if item is not NOTHING}

    def _call(self, function, arguments):
        if function == "Ref":
            return self._ref(arguments)
        if function == "Fn::GetAtt":
            name, attribute = arguments if isinstance(arguments, list) else arguments.split(".", 1)
            return self._attribute(name, attribute)
        if function == "Fn::Sub":
            return self._sub(arguments)
        if function == "Fn::If":
            condition, then, otherwise = arguments
            return self._resolve(then if self._holds(condition) else otherwise)
        if function == "Fn::Join":
            separator, items = arguments
            return separator.join(self._resolve(items))
        if function == "Fn::Split":
            separator, text = arguments
            return self._resolve(text).split(separator)
        raise NotImplementedError(function)

    def _ref(self, name):
        if name == "AWS::NoValue":
            return NOTHING
        if name in PSEUDO:
            return PSEUDO[name]
        if name in self.parameters:
            return self.parameters[name]
        kind = self._types[name]
        return self._attribute(name, "Arn") if kind in REF_IS_ARN else self._name(name)

    def _name(self, name):
        given = [key for key in ("TableName", "LogGroupName", "Family") if key in self._named[name]]
        return self._resolve(self._named[name][given[0]]) if given else name

    def _attribute(self, name, attribute):
        if attribute == "Arn":
            return ARNS[self._types[name]].format(self._name(name))
        return f"{name}.{attribute}"

    def _sub(self, arguments):
        text, more = arguments if isinstance(arguments, list) else (arguments, {})

        def value_of(match):
            name = match[1]
            if name in more:
                return str(self._resolve(more[name]))
            if "." in name:
                return self._attribute(*name.split(".", 1))
            return str(self._ref(name))

        return re.sub(r"\$\{([A-Za-z0-9:.]+)\}", value_of, text)
