with outbound_file_column as (
    select
        *,
        rowid as position
    from {{ ref('outbound_file_column') }}
),

oneroster_column as (
    select
        *,
        rowid as position
    from {{ ref('oneroster_column') }}
),

school_data_sync_column as (
    select
        *,
        rowid as position
    from {{ ref('school_data_sync_column') }}
),

versions as (
    select
        unnest(['oneRoster11', 'oneRoster12']) as format,
        unnest(['1.1', '1.2']) as oneroster_version
),

final as (
    select
        format,
        kind,
        position,
        column_name,
        comes_from
    from outbound_file_column
    union all
    select
        versions.format,
        replace(oneroster_column.file_name, '.csv', '') as kind,
        oneroster_column.position,
        oneroster_column.column_name,
        oneroster_column.description as comes_from
    from oneroster_column
    inner join versions
        on coalesce(oneroster_column.oneroster_version, versions.oneroster_version) = versions.oneroster_version
    where
        -- a header has the column of passwords, which is always blank
        (oneroster_column.kind <> 'unstored' or oneroster_column.column_name = 'password')
        -- accounts of other products are nobody else's business
        and oneroster_column.file_name not in ('userProfiles.csv', 'directory/users.csv')
        and not (oneroster_column.file_name = 'roles.csv' and versions.format = 'oneRoster11')
    union all
    select
        'schoolDataSyncV21' as format,
        replace(file_name, '.csv', '') as kind,
        position,
        column_name,
        description as comes_from
    from school_data_sync_column
)

select * from final
