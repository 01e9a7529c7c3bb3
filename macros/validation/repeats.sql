{#-
    The live lines whose id comes more than once: is_copy (an earlier line says the same) and is_in_conflict (lines of the id
    say different things). What is not used does not make lines differ. Lines of a 1.1 user that differ only in
    organizations are copies, too: the first one has the organizations of all.
-#}
{% macro repeats(file, key) -%}
    {%- set unused = ['line_number', 'surplus_cells', 'status', 'dateLastModified'] -%}
    {%- set is_users = file == 'users.csv' -%}
    select
        inbound_flow_id,
        line_number,
        row_number() over (partition by inbound_flow_id, "{{ key }}", contents order by line_number) > 1 as is_copy,
        {%- if is_users %}
        case
            when oneroster_version = '1.1' and count(*) over same_contents > 1
                then array_to_string(
                    list_sort(list_distinct(flatten(list({{ as_list('"orgSourcedIds"') }}) over same_contents))), ','
                )
        end as organizations,
        {%- endif %}
        min(contents) over same_id <> max(contents) over same_id as is_in_conflict
    from (
        select
            landing.*,
            cast(json_merge_patch(
                to_json(landing),
                {%- if is_users %}
                case when landing.oneroster_version = '1.1' then '{"orgSourcedIds": null}' else '{}' end,
                {%- endif %}
                '{ {%- for column in unused %}"{{ column }}": null{{ ', ' if not loop.last }}{% endfor -%} }'
            ) as varchar) as contents
        from landing
        semi join (
            select
                inbound_flow_id,
                "{{ key }}"
            from landing
            where unreadable_reason is null and not is_withdrawn and "{{ key }}" is not null
            group by inbound_flow_id, "{{ key }}"
            having count(*) > 1
        ) as repeated
            on landing.inbound_flow_id = repeated.inbound_flow_id and landing."{{ key }}" = repeated."{{ key }}"
        where landing.unreadable_reason is null and not landing.is_withdrawn
    )
    window
        same_id as (partition by inbound_flow_id, "{{ key }}"),
        same_contents as (partition by inbound_flow_id, "{{ key }}", contents)
{%- endmacro %}
