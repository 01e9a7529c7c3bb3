{#-
    Every rule as dbt's own configuration has it: file, column of staging (`line` for a rule about whole lines), rule,
    severity (`error`, `warn`, or `notice` for one that has no test of its own), and the key that `rule_severities` knows it
    by. The only place that reads dbt's graph; empty while parsing.
-#}
{% macro configured_rules() %}
    {%- set rules, errors = [], [] -%}
    {%- for node in (graph.nodes.values() if execute else []) if node.resource_type == 'test' and node.test_metadata -%}
        {%- set file = file_of(node.attached_node or '') -%}
        {%- if file and '.stg_' in node.attached_node -%}
            {#- the notices of a file are one test, which lists them -#}
            {%- for notice in node.config.meta.get('notices', []) -%}
                {%- do rules.append([file] + notice.split('.') + ['notice', snake_case(file) ~ '.' ~ notice]) -%}
            {%- endfor -%}
            {%- if 'notices' not in node.config.meta -%}
                {%- set rule = node.test_metadata.name -%}
                {%- if node.config.where or node.config.limit -%}
                    {{ exceptions.raise_compiler_error(
                        "The rule " ~ node.name ~ " has `where` or `limit`, which would part its report from what happens to "
                        ~ "the record. Take them out; `off` in rule_severities turns a rule off."
                    ) }}
                {%- endif -%}
                {%- set severity = node.config.severity | lower -%}
                {%- for column in node.test_metadata.kwargs.columns or [node.column_name or node.test_metadata.kwargs.column_name or 'line'] -%}
                    {%- set key = [snake_case(file), column, rule] | join('.') -%}
                    {%- do rules.append([file, column, rule, severity, key]) -%}
                    {%- do errors.append(key) if severity == 'error' -%}
                {%- endfor -%}
            {%- endif -%}
        {%- endif -%}
    {%- endfor -%}
    {#- without these a record has no key -#}
    {%- for file in (delivered_files() if execute else []) -%}
        {%- for rule in ['required', 'well_formed_id', 'not_in_conflict']
            if [snake_case(file), 'sourced_id', rule] | join('.') not in errors -%}
            {{ exceptions.raise_compiler_error(
                "The rule " ~ snake_case(file) ~ "__sourced_id__" ~ rule ~ " guards the key: it is fixed at severity error, "
                ~ "and cannot be turned off."
            ) }}
        {%- endfor -%}
    {%- endfor -%}
    {% do return(rules) %}
{% endmacro %}
