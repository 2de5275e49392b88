CREATE SCHEMA one;
CREATE EXTENSION citext SCHEMA public;
CREATE TABLE public.t (a public.citext);
