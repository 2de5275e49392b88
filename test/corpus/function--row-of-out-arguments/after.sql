CREATE FUNCTION f(OUT a bigint, OUT b text, OUT c date) LANGUAGE sql AS $$SELECT 1::bigint, 'x', NULL::date$$;
CREATE FUNCTION g(INOUT a int, OUT b varchar) LANGUAGE sql AS $$SELECT 1, 'x'::varchar$$;
CREATE VIEW v AS SELECT f.b FROM f();
