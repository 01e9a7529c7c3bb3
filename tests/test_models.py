"""What `make models` writes: as the catalogue has it, always the same, and nothing when a district's rule cannot be used."""

import sys

import pytest

from roster import PROJECT, copy_of_the_project

sys.path.insert(0, str(PROJECT / 'scripts'))
import catalogue  # noqa: E402
import generate  # noqa: E402

WORDS = 'Title,Meaning,Example,Remedy,problem'
PREDICATE = """\
{% macro rule_short_code(value) -%}
    length({{ value }}) > 8
{%- endmacro %}

{% test short_code(model, column_name) %}
    {{ reported('short_code', model, column_name) }}
{% endtest %}
"""


@pytest.fixture
def district(tmp_path, monkeypatch):
    """A function that writes the district's rules, of which `short_code` has a predicate, beside the shipped catalogue."""
    predicates = tmp_path / 'macros'
    predicates.mkdir()
    (predicates / 'short_code.sql').write_text(PREDICATE)
    (predicates / 'half_done.sql').write_text('{% macro rule_half_done(value) %}true{% endmacro %}')
    monkeypatch.setattr(catalogue, 'DISTRICT_RULES', tmp_path / 'district_rule.csv')
    monkeypatch.setattr(generate, 'DISTRICT_PREDICATES', predicates)

    def write(*lines):
        header = (PROJECT / 'seeds' / 'district' / 'district_rule.csv').read_text()
        catalogue.DISTRICT_RULES.write_text(header + ''.join(f'{line}\n' for line in lines))

    return write


def text_of(layer, prefix, model):
    return generate.generated()[PROJECT / 'models' / layer / f'{prefix}_{model}.sql']


def test_the_models_are_as_the_catalogue_has_them():
    texts = generate.generated()
    assert [path.name for path, text in texts.items() if not path.exists() or path.read_text() != text] == [], 'run `make models`'
    assert generate.left_over(texts) == []


def test_the_same_catalogue_makes_the_same_models():
    assert generate.generated() == generate.generated()


@pytest.mark.parametrize(
    ('model', 'flags'),
    [
        (
            'oneroster__users',
            [
                "{{ rule_required(as_list('records.orgSourcedIds')) }} and records.oneroster_version = '1.1'",  # a list, in 1.1 only
                "{{ rule_required('records.username') }} and contacts.sourced_id is null",
                "{{ rule_required_of_contacts('records.username') }} and contacts.sourced_id is not null",
                "{{ rule_one_line('records.userIds') }} as user_ids__one_line",  # the text of a list
                # its items, but for placeholders
                "when {{ rule_well_formed_user_id('items.item') }} then not user_ids__placeholder end as user_ids__well_formed_user_id",
                "{{ rule_placeholder('records.givenName') }} as given_name__placeholder",  # a name may be a word for nothing
                "{{ rule_placeholder('records.identifier', 'words too') }} as identifier__placeholder",
                "{{ rule_references( 'records.primaryOrgSourcedId', 'orgs.sourced_id' ) }}",
                "{{ rule_references( 'items.item', 'own_records.sourced_id' ) }} then not agent_sourced_ids__placeholder end",
                "{{ rule_well_formed_id('records.sourcedId') }} then not sourced_id__placeholder end as sourced_id__well_formed_id",
                "{{ rule_in_reference_definitions( 'records.role', 'ref_role.code', 'records.oneroster_version' ) }}",
                "{{ rule_plain_code('ref_role.is_alias') }} as role__plain_code",
                "{{ rule_blank_in_bulk('records.status', 'records.is_delta') }} and records.sourced_id is not null",
                "{{ rule_filled_in_delta('records.status', 'records.is_delta', 'status') }} as status__filled_in_delta",
            ],
        ),
        (
            'oneroster__enrollments',
            ["{{ rule_in_order('end_date', 'begin_date') }} as end_date__in_order"],
        ),
        (
            'oneroster__orgs',
            [
                "{{ rule_no_cycle('cycles.sourced_id') }} as parent_sourced_id__no_cycle",
                "{{ rule_well_formed_id( 'records.parentSourcedId', 'own_records.sourced_id' ) }}",
            ],
        ),
    ],
)
def test_a_flag_is_given_what_its_rule_asks_for(model, flags):
    sql = ' '.join(text_of('validation', 'validation', model).split())
    assert [flag for flag in flags if flag not in sql] == []


def test_a_model_of_a_file_that_left_the_catalogue_is_removed(tmp_path, monkeypatch, capsys):
    project = copy_of_the_project(tmp_path / 'project')
    texts = {project / path.relative_to(PROJECT): text for path, text in generate.generated().items()}
    left = {path: text for path, text in texts.items() if 'demographics' not in path.name}
    monkeypatch.setattr(generate, 'PROJECT', project)
    monkeypatch.setattr(generate, 'generated', lambda: left)
    monkeypatch.setattr(sys, 'argv', ['generate.py', '--check'])
    assert generate.main() == 1
    assert all(path.exists() for path in texts)
    monkeypatch.setattr(sys, 'argv', ['generate.py'])
    assert generate.main() == 0
    assert [path for path in texts if path.exists()] == list(left)
    assert 'models/staging/stg_oneroster__demographics.sql is removed: its file left the catalogue.' in capsys.readouterr().out
    # what people wrote stays
    assert (project / 'models' / 'changes' / 'held_drop.sql').exists()


def test_a_rule_of_the_district_is_a_flag_and_a_test(district):
    district(
        f'short_code,courses.csv,courseCode,error,{WORDS}',
        ' short_code , courses.csv , subjects , warning ,,,,,',  # its words stand on the first line
        ',,,,,,,,',
        'short_code,courses.csv,sourcedId,notice,,,,,',
    )
    assert generate.district_mistakes() == []
    validation = text_of('validation', 'validation', 'oneroster__courses')
    assert "{{ rule_short_code('records.courseCode') }} as course_code__short_code" in validation
    assert "{{ rule_short_code('items.item') }} as subjects__short_code" in validation
    staging = generate.generated()[PROJECT / 'models' / 'staging' / 'stg_oneroster__courses.yml']
    assert "'courses.course_code.short_code'', ''error''" in staging
    assert '- sourced_id.short_code' in staging
    assert catalogue.rule_words()['short_code', '']['title'] == 'Title'


@pytest.mark.parametrize(
    ('line', 'said'),
    [
        (f'short_code,courses.csv,code,error,{WORDS}', "courses.csv has no column 'code' that is read. Its columns are: sourcedId,"),
        (f'short_code,users.csv,password,error,{WORDS}', "users.csv has no column 'password' that is read."),
        (f'short_code,marks.csv,code,error,{WORDS}', "file_name is 'marks.csv', which is not read. Files are: academicSessions.csv,"),
        (f'short_code,courses.csv,title,fatal,{WORDS}', "severity is 'fatal'. Write error, warning or notice."),
        ('short_code,courses.csv,title,error,Title,,,Remedy,', 'meaning, example, problem must be filled in'),
        (f'required,courses.csv,subjects,error,{WORDS}', 'this rule is shipped.'),
        (f'../../x,courses.csv,title,error,{WORDS}', "the rule is '../../x'. Name it in small letters"),
        (f'absent,courses.csv,title,error,{WORDS}', 'there is no macros/rules/district/absent.sql.'),
        (f'half_done,courses.csv,title,error,{WORDS}', 'macros/rules/district/half_done.sql has no `{% test half_done(model, column_name) %}`.'),
        (f'short_code,courses.csv,title,error,{WORDS}\nshort_code,courses.csv,title,error,,,,,', 'is there already.'),
    ],
)
def test_a_mistake_in_a_district_rule_is_told_and_nothing_is_written(district, capsys, monkeypatch, line, said):
    district(line)
    monkeypatch.setattr(sys, 'argv', ['generate.py'])
    monkeypatch.setattr(generate, 'generated', lambda: pytest.fail('it went on'))
    assert generate.main() == 1
    output = capsys.readouterr().out
    number = 2 + line.count('\n')
    assert f'seeds/district/district_rule.csv, line {number} (' in output and said in output
