with lines as (
    select * from {{ ref('role_group_line') }}
),

mistakes as (
    {{ blank(['role_group_id', 'display_name']) }}
    union all
    {{ repeated(['role_group_id']) }}
    union all
    {{ no_id('role_group_id') }}
)

{{ mistakes_if_readable(['role_group']) }}
