{#-
    The live lines whose id comes more than once: is_copy (an earlier line says the same) and is_in_conflict (lines of the id
    say different things). What is not used does not make lines differ. Lines of a 1.1 user that differ only in
    organizations are copies, too: the first one has the organizations of all.
-#}
{% macro repeats(file, key) -%}
    {%- set unused = ['line_number', 'surplus_cells', 'status', 'dateLastModified'] -%}
    {%- set is_users = file == 'users.csv' -%}
    with repeated_ids as (
        select
            inbound_flow_id,
            "{{ key }}"
        from landing
        where unreadable_reason is null and not is_withdrawn and "{{ key }}" is not null
        group by inbound_flow_id, "{{ key }}"
        having count(*) > 1
    ),

    lines as materialized (
        select
            landing.inbound_flow_id,
            landing.line_number,
            landing."{{ key }}" as sourced_id,
            {%- if is_users %}
            case when landing.oneroster_version = '1.1' then {{ as_list('landing."orgSourcedIds"') }} end as organizations,
            {%- endif %}
            cast(json_merge_patch(
                to_json(landing),
                {%- if is_users %}
                case when landing.oneroster_version = '1.1' then '{"orgSourcedIds": null}' else '{}' end,
                {%- endif %}
                '{ {%- for column in unused %}"{{ column }}": null{{ ', ' if not loop.last }}{% endfor -%} }'
            ) as varchar) as contents
        from landing
        semi join repeated_ids
            on landing.inbound_flow_id = repeated_ids.inbound_flow_id and landing."{{ key }}" = repeated_ids."{{ key }}"
        where landing.unreadable_reason is null and not landing.is_withdrawn
    ),

    -- what the lines of an id say, each thing once
    versions as (
        select
            inbound_flow_id,
            sourced_id,
            contents,
            min(line_number) as first_line_number,
            {%- if is_users %}
            case
                when count(*) > 1
                    then nullif(array_to_string(list_sort(list_distinct(flatten(list(distinct organizations)))), ','), '')
            end as organizations,
            {%- endif %}
            count(*) over (partition by inbound_flow_id, sourced_id) > 1 as is_in_conflict
        from lines
        group by inbound_flow_id, sourced_id, contents
    )

    select
        lines.inbound_flow_id,
        lines.line_number,
        lines.line_number > versions.first_line_number as is_copy,
        {%- if is_users %}
        versions.organizations,
        {%- endif %}
        versions.is_in_conflict
    from lines
    inner join versions
        on
            lines.inbound_flow_id = versions.inbound_flow_id
            and lines.sourced_id = versions.sourced_id
            and lines.contents = versions.contents
{%- endmacro %}
