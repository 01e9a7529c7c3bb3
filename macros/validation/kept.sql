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
{%- set key = key_column(file) -%}
{%- set lines = lines_with_fates(file) -%}
landed as (
    select lines.* exclude (is_repeated)
    from ({{ lines }}) as lines
    where not lines.is_repeated
    union all
    -- of identical copies, one
    select
        inbound_flow_id,
        {%- for column in file_columns(file) if column.name != key %}
        any_value("{{ column.name }}") as "{{ column.name }}",
        {%- endfor %}
        any_value(metadata) as metadata,
        any_value(left_out) as left_out,
        "{{ key }}"
    from ({{ lines }}) as lines
    where is_repeated
    group by inbound_flow_id, "{{ key }}"
)
{%- endmacro %}

{#-
    The live lines of a file that were not rejected, with what is left out of them. A subquery of its own at each use: a CTE
    that several use is written out whole, and keeps DuckDB from reading only the columns that are asked for.
-#}
{% macro lines_with_fates(file) -%}
    {%- set lists = rules_of(file) | selectattr('is_list') | map(attribute='file_column') | unique | list -%}
    {%- set ends = rules_of(file) | selectattr('name', 'equalto', 'in_order') | list -%}
    {%- set key = key_column(file) -%}
    select
        lines.inbound_flow_id,
        {%- for column in file_columns(file) if column.name != key %}
        {% if column.name == 'orgSourcedIds' -%}
        coalesce(fates.merged_organizations, lines."orgSourcedIds") as "orgSourcedIds",
        {%- else -%}
        lines."{{ column.name }}",
        {%- endif %}
        {%- endfor %}
        lines.metadata,
        fates.left_out,
        lines."{{ key }}",
        coalesce(fates.is_repeated, false) as is_repeated
    from ({{ landed_lines(file) }}) as lines
    -- all live lines of an id are judged alike
    left join (
        select
            inbound_flow_id,
            sourced_id,
            bool_or(disposition = 'rejected') as is_rejected,
            bool_or(disposition = 'collapsed') as is_repeated,
            {{ 'max(merged_organizations) as merged_organizations,' if file == 'users.csv' }}
            flatten(flatten(list(list_transform(
                list_filter(findings, lambda finding: finding.effect = 'value_left_out'),
                lambda finding: case
                    when list_contains({{ sql_list(lists) }}, finding.column_name) and finding.rule <> 'one_line'
                        then [finding.column_name || ': ' || finding.value]
                    {%- for rule in ends %}
                    when finding.rule = 'in_order' then ['{{ rule.file_column }}', '{{ rule.start_file_column }}']
                    {%- endfor %}
                    else [finding.column_name]
                end
            )))) as left_out
        from {{ ref('validation_' ~ model_name(file)) }}
        where disposition not in ('unreadable', 'withdrawn')
        group by inbound_flow_id, sourced_id
    ) as fates
        on lines.inbound_flow_id = fates.inbound_flow_id and lines."{{ key }}" = fates.sourced_id
    where
        lines."{{ key }}" is not null
        and lines.unreadable_reason is null
        and not {{ is_withdrawn(file, 'lines') }}
        and not coalesce(fates.is_rejected, false)
{%- endmacro %}
