ALTER OPERATOR =## ("Pair, of", "Pair, of") SET SCHEMA s;
