with landed as (
    select
        file as path,
        string_split(replace(file, '\', '/'), '/') as parts
    from glob('{{ landing_zone() }}/*/*/*')
),

final as (
    select
        parts[-3] as folder,
        parts[-2] as drop_id,
        parts[-1] as file_name,
        path,
        try_strptime(parts[-2], '%Y%m%dT%H%M%SZ') as landed_at
    from landed
    where regexp_full_match(parts[-2], '\d{8}T\d{6}Z')
)

select * from final
