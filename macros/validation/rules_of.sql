{#-
    The rules of a file: the generic tests of its staging model, read from dbt's graph, so that a severity, an argument
    or a rule that is turned off means the same for the record as for the report. A generic test is a rule when a macro
    `rule_<name>` says what breaks it. Empty while parsing.

    Each rule is a dictionary: name, column (of staging; none for a rule about the line), file_column, is_list, severity
    (error or warning), effect, start_file_column (of a rule about two dates), arguments.
-#}
{% macro rules_of(file) %}
    {% set staging_model = 'model.oneroster.stg_' ~ model_name(file) %}
    {% set columns = graph.get('nodes', {}).get(staging_model, {}).get('columns', {}) %}
    {% set file_columns_by_name = {} %}
    {% for column in file_columns(file) %}
        {% do file_columns_by_name.update({staging_column(column.name): column}) %}
    {% endfor %}
    {% set rules = [] %}
    {% for node in graph.get('nodes', {}).values() | selectattr('resource_type', 'equalto', 'test') %}
        {% if node.attached_node == staging_model and node.test_metadata
            and context.get('rule_' ~ node.test_metadata.name) is not none %}
            {% set name = node.test_metadata.name %}
            {% set column = node.test_metadata.kwargs.get('column_name') %}
            {% set severity = 'error' if node.config.severity | lower == 'error' else 'warning' %}
            {% if node.config.where or node.config.limit %}
                {{ exceptions.raise_compiler_error(
                    "The rule " ~ node.name ~ " has `where` or `limit`, which would part its report from what happens to "
                    ~ "the record. Take them out; `enabled: false` turns a rule off."
                ) }}
            {% endif %}
            {% if column == 'sourced_id' and name in key_rules() and severity != 'error' %}
                {{ exceptions.raise_compiler_error(
                    "The rule " ~ node.name ~ " guards the key and is fixed at severity error."
                ) }}
            {% endif %}
            {% do rules.append({
                'name': name,
                'column': column,
                'file_column': file_columns_by_name.get(column, {}).get('name'),
                'version': file_columns_by_name.get(column, {}).get('version'),
                'is_list': columns.get(column, {}).get('data_type') == 'varchar[]',
                'severity': severity,
                'effect': 'record_left_out' if severity == 'error' else 'none' if name in notices() else 'value_left_out',
                'start_file_column': file_columns_by_name.get(node.test_metadata.kwargs.get('start'), {}).get('name'),
                'arguments': node.test_metadata.kwargs,
            }) %}
        {% endif %}
    {% endfor %}
    {% set on_key = rules | selectattr('column', 'equalto', 'sourced_id') | map(attribute='name') | list %}
    {% for name in key_rules() if columns and name not in on_key %}
        {{ exceptions.raise_compiler_error(
            "The rule " ~ name ~ " of " ~ file ~ " guards the key and cannot be turned off."
        ) }}
    {% endfor %}
    {% do return(rules) %}
{% endmacro %}

{#- Rules that leave nothing out at severity warn. -#}
{% macro notices() %}
    {% do return([
        'not_repeated', 'date_without_time', 'plain_year', 'readable_line'
    ] + file_notices()) %}
{% endmacro %}

{#- Notices of which one is enough for a file and column, however many lines break them. -#}
{% macro file_notices() %}
    {% do return(['blank_in_bulk', 'standard_characters', 'surplus_cells']) %}
{% endmacro %}

{#- The rules without which a record has no key; their severity cannot be changed. -#}
{% macro key_rules() %}
    {% do return(['required', 'well_formed_id', 'not_in_conflict']) %}
{% endmacro %}

{#-
    The rules among these that a file's values might break: a value of a regular file has no line break, and one of a plain
    file nothing but the characters that ids are made of. Asking each of millions of values again would be a waste.
-#}
{% macro doubtful_rules(file, rules) %}
    {% set known = known_of(file) %}
    {% set certain = (['one_line'] if known.is_regular else []) + (['well_formed_id', 'standard_characters'] if known.is_plain else []) %}
    {% do return(rules | rejectattr('name', 'in', certain) | list) %}
{% endmacro %}
