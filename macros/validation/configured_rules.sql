{#-
    Every rule as dbt's own configuration has it: file, column of staging (`line` for a rule about whole lines), rule,
    severity, effect, and the key that `rule_severities` knows it by. The only place that reads dbt's graph; empty while
    parsing.
-#}
{% macro configured_rules() %}
    {%- set rules = [] -%}
    {%- for node in (graph.nodes.values() if execute else []) if node.resource_type == 'test' and node.test_metadata -%}
        {%- set file = file_of(node.attached_node or '') -%}
        {%- if file and '.stg_' in node.attached_node -%}
            {#- the notices of a file are one test, which lists them -#}
            {%- for notice in node.config.meta.get('notices', []) -%}
                {%- do rules.append([file] + notice.split('.') + ['warn', 'none', snake_case(file) ~ '.' ~ notice]) -%}
            {%- endfor -%}
            {%- if 'notices' not in node.config.meta -%}
                {%- set column, rule = node.column_name or 'line', node.test_metadata.name -%}
                {%- do rules.append([
                    file, column, rule, node.config.severity | lower, node.config.meta.get('effect', ''),
                    [snake_case(file), column, rule] | join('.')
                ]) -%}
            {%- endif -%}
        {%- endif -%}
    {%- endfor -%}
    {% do return(rules) %}
{% endmacro %}
