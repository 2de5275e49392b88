-- The next three months of scans. Numbered 12.1 because it was written after 13 was under review and had to go live first.

CREATE TABLE scans_2026_04 PARTITION OF scans FOR VALUES FROM ('2026-04-01 00:00+00') TO ('2026-05-01 00:00+00');
CREATE TABLE scans_2026_05 PARTITION OF scans FOR VALUES FROM ('2026-05-01 00:00+00') TO ('2026-06-01 00:00+00');
CREATE TABLE scans_2026_06 PARTITION OF scans FOR VALUES FROM ('2026-06-01 00:00+00') TO ('2026-07-01 00:00+00');
