{#-
    A landed value that validation left in place, for the staging models: null when a rule of severity `warn` left it
    out. `value` is what to make of it, when that is not the text itself.
-#}
{% macro kept(file_column, value=none) -%}
    case when not coalesce(list_contains(landed.left_out, '{{ file_column }}'), false) then {{ value or 'landed."' ~ file_column ~ '"' }} end
{%- endmacro %}

{#- The items of a list that validation left in place. -#}
{% macro kept_items(file_column) -%}
    {%- set items = as_list('landed."' ~ file_column ~ '"') -%}
    case
        when landed.left_out is null then {{ items }}
        when not list_contains(landed.left_out, '{{ file_column }}') then nullif(
            list_filter({{ items }}, lambda item: not list_contains(landed.left_out, '{{ file_column }}: ' || item)), []
        )
    end
{%- endmacro %}

{#- Items of a list in the spelling that reference definitions give them; `codes` is a map of codes by what they are compared by. -#}
{% macro defined_items(items, codes) -%}
    list_transform({{ items }}, lambda item: coalesce({{ codes }}[{{ code_key('item') }}], item))
{%- endmacro %}

{#-
    The lines of a file that are staged, for the staging models: the CTE `landed`, with left_out: the columns, and the
    items of lists as `column: item`, that a rule of severity `warn` left out.
-#}
{% macro staged_lines(file) -%}
{%- set lists = rules_of(file) | selectattr('is_list') | map(attribute='file_column') | unique | list -%}
{%- set ends = rules_of(file) | selectattr('name', 'equalto', 'in_order') | list -%}
judged as (
    select
        inbound_flow_id,
        line_number,
        disposition,
        {{ 'merged_organizations,' if file == 'users.csv' }}
        flatten(list_transform(
            list_filter(findings, lambda finding: finding.effect = 'value_left_out'),
            lambda finding: case
                when list_contains({{ sql_list(lists) }}, finding.column_name) and finding.rule <> 'one_line'
                    then [finding.column_name || ': ' || finding.value]
                {%- for rule in ends %}
                when finding.rule = 'in_order' then ['{{ rule.file_column }}', '{{ rule.start_file_column }}']
                {%- endfor %}
                else [finding.column_name]
            end
        )) as left_out
    from {{ ref('validation_' ~ model_name(file)) }}
),

landed as (
    select
        landing.*
        {%- if file == 'users.csv' %} replace (
            coalesce(judged.merged_organizations, landing."orgSourcedIds") as "orgSourcedIds"
        )
        {%- endif %},
        judged.left_out
    from {{ ref('landing_' ~ model_name(file)) }} as landing
    left join judged
        on landing.inbound_flow_id = judged.inbound_flow_id and landing.line_number = judged.line_number
    where coalesce(judged.disposition, 'staged') = 'staged'
)
{%- endmacro %}
