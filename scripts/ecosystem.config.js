// The bot under PM2, from this checkout with its .venv and .env: pm2 start scripts/ecosystem.config.js
const path = require("node:path");

const checkout = path.join(__dirname, "..");

module.exports = {
  apps: [
    {
      name: "support-tracker",
      cwd: checkout,
      script: path.join(checkout, ".venv/bin/python"),
      args: "-m tracker",
      interpreter: "none",
      kill_timeout: 15_000, // the bot delivers for up to 10 s after PM2's SIGINT
      stop_exit_codes: [2], // settings that are missing or wrong: another start would not fix them
      exp_backoff_restart_delay: 1_000, // then 1.5 s, 2.25 s …, 15 s; after half a minute without an end 1 s again
      vizion: false, // PM2 need not look at the checkout's git
    },
  ],
};
