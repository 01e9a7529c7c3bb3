{#- The distinct items of a list of each record, one row each, with how many there are. -#}
{% macro items_of(records, column) -%}
    select
        inbound_flow_id,
        drop_id,
        line_number,
        oneroster_version,
        len(list) as items,
        unnest(list) as item
    from (
        select
            *,
            list_distinct({{ as_list('"' ~ column ~ '"') }}) as list
        from {{ records }}
        where "{{ column }}" is not null
    )
{%- endmacro %}
