CREATE SCHEMA one;
CREATE EXTENSION citext SCHEMA one;
CREATE TABLE public.t (a one.citext);
