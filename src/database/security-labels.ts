/**
 * SQL: the security labels of what is in this database, as pg_seclabel has them. A subscription stands among what the whole
 * server shares, and so does its label.
 */
export const securityLabels = `(
    SELECT objoid, classoid, objsubid, provider, label FROM pg_seclabel
    UNION ALL
    SELECT h.objoid, h.classoid, 0, h.provider, h.label FROM pg_shseclabel h JOIN pg_subscription s ON s.oid = h.objoid
    WHERE h.classoid = 'pg_subscription'::regclass
      AND s.subdbid = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database()))`;
