{#-
    SELECT of the files that this run uses: inbound_flow_id, drop_id, file_name, path, closed_because, delivered_as. Of the drops of a
    flow that are laid over each other, a file begins with the newest one that brought it in bulk.
-#}
{% macro used_files() -%}
    select
        inbound_drops.inbound_flow_id,
        landed_files.drop_id,
        landed_files.file_name,
        landed_files.path,
        landed_files.closed_because,
        case
            when landed_files.file_name <> 'manifest.csv' and landed_files.announced_as = 'delta' then 'delta' else 'bulk'
        end as delivered_as
    from {{ ref('inbound_drop') }} as inbound_drops
    inner join {{ ref('landed_file') }} as landed_files
        on
            inbound_drops.inbound_flow_id = landed_files.folder
            and list_contains(inbound_drops.drops, landed_files.drop_id)
    where inbound_drops.is_due and landed_files.file_name is not null
    qualify
        landed_files.file_name = 'manifest.csv'
        or landed_files.drop_id >= coalesce(
            max(case when landed_files.announced_as is distinct from 'delta' then landed_files.drop_id end) over (
                partition by landed_files.folder, landed_files.file_name
            ),
            ''
        )
    union all
    (
        -- the newest copy of the directory; the folder in its name keeps it apart from the users.csv of a flow
        select
            landed_files.folder as inbound_flow_id,
            landed_files.drop_id,
            '{{ directory_file() }}' as file_name,
            landed_files.path,
            landed_files.closed_because,
            'bulk' as delivered_as
        from {{ ref('landed_file') }} as landed_files
        inner join {{ ref('run') }} as runs on runs.status = 'running' and landed_files.landed_at <= runs.run_at
        where landed_files.folder = 'directory' and landed_files.file_name = 'users.csv'
        order by landed_files.landed_at desc
        limit 1
    )
{%- endmacro %}
