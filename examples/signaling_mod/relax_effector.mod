COMMENT
An effect that relaxes to a set point, which follows a drive.
ENDCOMMENT

NEURON {
  POINT_PROCESS SetpointRelaxEffector
  POINTER drive
  RANGE s_min, s_max, K, n, tau_on, tau_off, s_inf, effect
}

PARAMETER {
  s_min = 0
  s_max = 1
  K = 0.5
  n = 2
  tau_on = 5000 (ms)
  tau_off = 30000 (ms)
}

ASSIGNED {
  drive
  s_inf
  tau (ms)
  effect
}

STATE { s }

INITIAL {
  s = s_min
  follow()
  effect = s
}

BREAKPOINT {
  SOLVE states METHOD cnexp
  effect = s
}

DERIVATIVE states {
  follow()
  s' = (s_inf - s) / tau
}

PROCEDURE follow() { LOCAL d, f
  d = drive
  if (d < 0) { d = 0 }
  if (d > 1) { d = 1 }
  f = d^n / (d^n + K^n)
  s_inf = s_min + (s_max - s_min) * f
  tau = tau_off + (tau_on - tau_off) * f
}
