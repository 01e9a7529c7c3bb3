-- Everything that outbound flows want to exist now.
{%- set provisioned = [
    'user', 'class_group', 'class_group_membership', 'security_group_membership', 'administrative_unit_membership',
] -%}
{%- set rosters = [
    'outbound_oneroster__academic_sessions', 'outbound_oneroster__orgs', 'outbound_oneroster__users',
    'outbound_oneroster__roles', 'outbound_oneroster__courses', 'outbound_oneroster__classes',
    'outbound_oneroster__enrollments', 'outbound_oneroster__demographics', 'outbound_oneroster__relationships',
    'outbound_oneroster__user_flags', 'outbound_clever', 'outbound_apple_school_manager', 'outbound_flat_lists',
] %}

with final as (
    {%- for model in provisioned %}
    select
        outbound_flow_id,
        '{{ model }}' as kind,
        key,
        contents
    from {{ ref(model) }}
    {{ 'where is_sent' if model == 'user' }}
    union all
    {%- endfor %}
    {%- for model in rosters %}
    select
        outbound_flow_id,
        kind,
        key,
        contents
    from {{ ref(model) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select * from final
