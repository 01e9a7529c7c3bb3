with landed as (
    select
        file as path,
        string_split(replace(file, '\', '/'), '/') as parts
    from glob('{{ landing_zone() }}/*/*/*')
),

dropped as (
    select
        parts[-3] as folder,
        parts[-2] as drop_id,
        parts[-1] as delivered_name,
        path
    from landed
    where regexp_full_match(parts[-2], '\d{8}T\d{6}Z')
),

final as (
    select
        folder,
        drop_id,
        -- a file that is read goes by its own name, whatever the case, unless two go by it
        case
            when count(*) over (partition by folder, drop_id, lower(delivered_name)) = 1
                then coalesce(
                    list_filter(
                        {{ sql_list(['manifest.csv'] + oneroster_files()) }},
                        lambda name: lower(name) = lower(delivered_name)
                    )[1],
                    delivered_name
                )
            else delivered_name
        end as file_name,
        delivered_name,
        path,
        try_strptime(drop_id, '%Y%m%dT%H%M%SZ') as landed_at
    from dropped
)

select * from final
