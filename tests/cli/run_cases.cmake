# Runs all cases for one seed into a folder that does not exist yet, as `gtxrig run` wants it.
file(REMOVE_RECURSE ${OUT})
execute_process(COMMAND ${GTXRIG} run cases --bench builtin:cases/benches/virtual.yaml --seed ${SEED} --record none
                        --out ${OUT} RESULT_VARIABLE code)
if(NOT code EQUAL 0)
  message(FATAL_ERROR "seed ${SEED}: exit code ${code}; see ${OUT}/report.html")
endif()
