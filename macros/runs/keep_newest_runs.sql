{#- Takes out of a run table the rows of all but the newest runs. -#}
{% macro keep_newest_runs(runs) %}
    delete from {{ this }}
    where run_id not in (
        select newest.run_id from {{ ref('run') }} as newest
        order by newest.run_at desc, newest.started_at desc
        limit {{ runs }}
    )
{% endmacro %}
