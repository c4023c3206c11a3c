"""What docs/operations.md says of the template is there, and what the template says of it, too."""

import re

import pytest
from stack import written

TEMPLATE = written.load()
PAGE = (written.TEMPLATE.parents[1] / "docs/operations.md").read_text(encoding="utf-8")
HEADINGS = re.findall(r"^#+ (.+)$", PAGE, re.MULTILINE)
# Names of the template have capitals inside: `EtlOnNews`, and neither blanks nor dots.
NAMES = sorted(set(re.findall(r"`([A-Z][a-z]+(?:[A-Z][a-z]+)+)`", PAGE)))
# Names of AWS itself that look the same.
OF_AWS = {"AbortIncompleteMultipartUpload"}
ALARMS = {
    name: resource["Properties"]
    for name, resource in TEMPLATE["Resources"].items()
    if resource["Type"] == "AWS::CloudWatch::Alarm"
}


@pytest.mark.parametrize("name", ALARMS)
def test_every_alarm_leads_to_what_to_do(name):
    (heading,) = re.findall(r'see docs/operations\.md, "(.+)"$', ALARMS[name]["AlarmDescription"])
    assert heading in HEADINGS
    section = PAGE.split(f"### {heading}\n", 1)[1].split("\n#", 1)[0]
    assert f"`{name}`" in section


@pytest.mark.parametrize("name", NAMES)
def test_every_name_is_one_of_the_template(name):
    assert name in {*TEMPLATE["Parameters"], *TEMPLATE["Resources"], *TEMPLATE["Outputs"], *OF_AWS}


def test_names_are_found():
    assert {"EtlImage", "StartTheEtl", "EtlNightly"} <= set(NAMES)
