# Every task by name: `make help`. People and CI use the same commands.

SHELL := /bin/bash
.DEFAULT_GOAL := help
PROFILE ?= release

help: ## list the tasks
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 22

setup: ## install the Debian packages that running needs
	@tools/setup run

setup-test: ## install what the tests need besides: Chromium, Firefox, Python, Node and GStreamer peers, socat, olad, mbpoll, knxd, liblo
	@tools/setup test

ui: ## build the console's pages
	@tools/build-ui

build: setup ui ## build the release programs
	@cargo build --release --locked --workspace --bins

run: ## thirteen rooms in one conference on this machine; Ctrl-C ends it
	@tools/run

test: setup-test ui ## all tests, with what they need
	@tools/test

test-long: setup-test ui ## what takes hours: laws by the ten thousand, whole meetings in real time, minutes of fuzzing
	@tools/test-long

check: setup-test ui ## formatting, lints, documentation, tidy rules, licences
	@tools/check

fuzz: ## fuzz one parser: make fuzz TARGET=offer SECONDS=60
	@tools/fuzz "$(TARGET)" "$(SECONDS)"

bench-relay: ## relay beside Janus: P1, P2, P3 (QUICK=1 for two minutes)
	@tools/bench relay

bench-mixer: ## mixer beside ffmpeg: P4 (QUICK=1 for two minutes)
	@tools/bench mixer

bench-sound: ## sound mixer beside GStreamer: P6 (QUICK=1 for two minutes)
	@tools/bench sound

bench-conference: ## thirteen sites on the whole MCU: P7, P8, R3 (QUICK=1 for two minutes)
	@tools/bench conference

bench-control: ## from a command to every picture and every console: P9, P10 (QUICK=1 for two minutes)
	@tools/bench control

bench-devices: ## from a button to the device's confirmation, 13 rooms of 20 devices: P11 (QUICK=1 for a minute)
	@tools/bench devices

bench-growth: ## 13 to 104 sites on several relay shards: P12 (QUICK=1 for two minutes)
	@tools/bench growth

loss-curve: ## picture, sound, joining and outages on lossy lines: R2a to R2d (QUICK=1 for two minutes)
	@tools/bench loss-curve

clean: ## remove what was built and the rehearsal's data
	@rm -rf target data web-console/ui/dist web-console/ui/node_modules room-controller/server/tests/strangers/peers/novastar/node_modules .venv

.PHONY: help setup setup-test ui build run test test-long check fuzz bench-relay bench-mixer bench-sound bench-conference bench-control bench-devices bench-growth loss-curve clean
