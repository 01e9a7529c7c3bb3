{#-
    The lines whose id comes more than once. Within a bulk file: is_copy (an earlier line says the same) and is_in_conflict
    (live lines of the id say different things). What is not used does not make lines differ. Lines of a 1.1 user that differ
    only in organizations are copies, too: the first one has the organizations of all. Where drops are laid over each other,
    and within a delta file, the last line of an id counts: those before it are overtaken (is_overtaken), whatever they say.
-#}
{% macro repeats(file, key) -%}
    {%- set unused = ['line_number', 'surplus_cells', 'status', 'dateLastModified'] -%}
    {%- set is_users = file == 'users.csv' -%}
    with last_lines as (
        select
            inbound_flow_id,
            "{{ key }}",
            arg_max(drop_id, line_number) as drop_id,
            max(line_number) as line_number,
            arg_max(unreadable_reason is null and not is_withdrawn, line_number) as is_live
        from landing
        where
            "{{ key }}" is not null
            and inbound_flow_id in ({{ flows_with_deltas() }})
        group by inbound_flow_id, "{{ key }}"
        having count(*) > 1
    ),

    overtaken_lines as materialized (
        select
            landing.inbound_flow_id,
            landing.line_number
        from landing
        inner join last_lines
            on landing.inbound_flow_id = last_lines.inbound_flow_id and landing."{{ key }}" = last_lines."{{ key }}"
        where
            landing.line_number < last_lines.line_number
            and (
                landing.drop_id <> last_lines.drop_id
                or (
                    landing.is_delta
                    and (landing.unreadable_reason is not null or landing.is_withdrawn or not last_lines.is_live)
                )
            )
    ),

    live_lines as not materialized (
        select landing.*
        from landing
        anti join overtaken_lines
            on
                landing.inbound_flow_id = overtaken_lines.inbound_flow_id
                and landing.line_number = overtaken_lines.line_number
        where landing.unreadable_reason is null and not landing.is_withdrawn and landing."{{ key }}" is not null
    ),

    repeated_ids as (
        select
            inbound_flow_id,
            "{{ key }}"
        from live_lines
        group by inbound_flow_id, "{{ key }}"
        having count(*) > 1
    ),

    lines as materialized (
        select
            live_lines.inbound_flow_id,
            live_lines.line_number,
            live_lines.is_delta,
            live_lines."{{ key }}" as sourced_id,
            {%- if is_users %}
            case when live_lines.oneroster_version = '1.1' then {{ as_list('live_lines."orgSourcedIds"') }} end as organizations,
            {%- endif %}
            cast(json_merge_patch(
                to_json(live_lines),
                {%- if is_users %}
                case when live_lines.oneroster_version = '1.1' then '{"orgSourcedIds": null}' else '{}' end,
                {%- endif %}
                '{ {%- for column in unused %}"{{ column }}": null{{ ', ' if not loop.last }}{% endfor -%} }'
            ) as varchar) as contents
        from live_lines
        semi join repeated_ids
            on live_lines.inbound_flow_id = repeated_ids.inbound_flow_id and live_lines."{{ key }}" = repeated_ids."{{ key }}"
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
            count(*) over (partition by inbound_flow_id, sourced_id) > 1 and not bool_or(is_delta) as is_in_conflict,
            bool_or(is_delta) and max(line_number) < max(max(line_number)) over (partition by inbound_flow_id, sourced_id)
                as is_overtaken
        from lines
        group by inbound_flow_id, sourced_id, contents
    )

    select
        lines.inbound_flow_id,
        lines.line_number,
        lines.line_number > versions.first_line_number and not versions.is_overtaken as is_copy,
        {%- if is_users %}
        versions.organizations,
        {%- endif %}
        versions.is_in_conflict,
        versions.is_overtaken
    from lines
    inner join versions
        on
            lines.inbound_flow_id = versions.inbound_flow_id
            and lines.sourced_id = versions.sourced_id
            and lines.contents = versions.contents
    union all by name
    select
        inbound_flow_id,
        line_number,
        false as is_copy,
        false as is_in_conflict,
        true as is_overtaken
    from overtaken_lines
{%- endmacro %}
