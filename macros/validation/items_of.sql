{#- The distinct items of a list of each record, one row each, with how many there are. -#}
{% macro items_of(records, column) -%}
    select
        inbound_flow_id,
        drop_id,
        line_number,
        sourced_id,
        oneroster_version,
        len(list) as items,
        unnest(list) as item
    from (
        select
            *,
            list_distinct({{ as_list('"' ~ column ~ '"') }}) as list
        from {{ records }}
        where disposition is null and "{{ column }}" is not null
    )
{%- endmacro %}
