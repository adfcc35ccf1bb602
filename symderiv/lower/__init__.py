"""The lower stage: a function and proved facts about it -> kernels.

==========  ==================================================================================
module      from -> to
==========  ==================================================================================
`products`  function -> its kernels: value, Jacobian, VJP, JVP; `together`: value and gradient in one
`stable`    formula -> the proved plan that loses the fewest bits; `guard`, `polish`, `anchor`, `measure`
`schedule`  plan -> steps: every reduction and repeated value named
`kernel`    what a kernel is
`nest`      steps -> nested loops without arrays (for C)
`planner`   steps over one axis -> passes over it (for C); `totals`; `passes` is what passes are
`near`      passes -> where float is good enough for them; `running` errors on the way
`special`   kernel -> what it makes of NaN and infinities
==========  ==================================================================================
"""
