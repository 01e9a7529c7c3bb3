{#- What follows once a relation is there: its comments and hooks, and the end of the transaction. -#}
{% macro finish_relation(target) %}
    {% do persist_docs(target, model) %}
    {{ run_hooks(post_hooks) }}
    {% do adapter.commit() %}
{% endmacro %}
