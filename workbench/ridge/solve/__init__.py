"""The penalised objective: its minimum, the minimum without each fold, whether there is one."""
