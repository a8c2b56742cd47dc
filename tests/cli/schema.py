"""python3 schema.py SCHEMA FILE...: for each file a line, `FILE fits`, or `FILE differs` and
where. Scalars are read as trophic reads them: YAML 1.2, where `no` is a word, `1e-12` a number
and a date a text."""
import json
import re
import sys

import jsonschema
import yaml


class Loader(yaml.SafeLoader):
    """Plain scalars are numbers, truth values, nothing or texts."""


Loader.yaml_implicit_resolvers = {}
for tag, pattern, first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("int", r"[-+]?[0-9]+", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.inf", "-+.0123456789"),
):
    Loader.add_implicit_resolver("tag:yaml.org,2002:" + tag, re.compile("^(%s)$" % pattern), first)


def number(loader, node):
    text = node.value
    return float(text.replace(".inf", "inf")) if text.endswith("inf") else float(text)


def whole(loader, node):
    return int(node.value, 10)


Loader.add_constructor("tag:yaml.org,2002:float", number)
Loader.add_constructor("tag:yaml.org,2002:int", whole)


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    for path in sys.argv[2:]:
        try:
            with open(path, encoding="utf-8") as file:
                tree = yaml.load(file, Loader)
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            print(path, "differs: no YAML:", " ".join(str(error).split()))
            continue
        error = jsonschema.exceptions.best_match(validator.iter_errors(tree))
        if error is None:
            print(path, "fits")
        else:
            print(path, "differs at", ".".join(map(str, error.absolute_path)) or "the top:",
                  error.message[:200])


main()
