{#- SELECT of the files of the drops that this run uses: inbound_flow_id, drop_id, file_name, path, closed_because. -#}
{% macro used_files() -%}
    select
        inbound_drops.inbound_flow_id,
        inbound_drops.drop_id,
        landed_files.file_name,
        landed_files.path,
        landed_files.closed_because
    from {{ ref('inbound_drop') }} as inbound_drops
    inner join {{ ref('landed_file') }} as landed_files
        on
            inbound_drops.inbound_flow_id = landed_files.folder
            and inbound_drops.drop_id = landed_files.drop_id
    where inbound_drops.is_due and landed_files.file_name is not null
    union all
    (
        -- the newest copy of the directory; the folder in its name keeps it apart from the users.csv of a flow
        select
            landed_files.folder as inbound_flow_id,
            landed_files.drop_id,
            '{{ directory_file() }}' as file_name,
            landed_files.path,
            landed_files.closed_because
        from {{ ref('landed_file') }} as landed_files
        inner join {{ ref('run') }} as runs on runs.status = 'running' and landed_files.landed_at <= runs.run_at
        where landed_files.folder = 'directory' and landed_files.file_name = 'users.csv'
        order by landed_files.landed_at desc
        limit 1
    )
{%- endmacro %}
