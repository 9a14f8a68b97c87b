COMMENT
A slow potassium channel.
ENDCOMMENT

NEURON {
  SUFFIX slow_k
  USEION k READ ek WRITE ik
  RANGE gbar
}

PARAMETER {
  gbar = 0.002 (S/cm2)
  tau = 20 (ms)
}

ASSIGNED {
  v (mV)
  ek (mV)
  ik (mA/cm2)
  n_inf
}

STATE { n }

INITIAL {
  follow(v)
  n = n_inf
}

BREAKPOINT {
  SOLVE states METHOD cnexp
  ik = gbar * n * (v - ek)
}

DERIVATIVE states {
  follow(v)
  n' = (n_inf - n) / tau
}

PROCEDURE follow(v (mV)) { n_inf = 1 / (1 + exp(-(v + 35) / 10)) }
