using System.CommandLine;
using System.Text.Json.Nodes;
using KeyBroker.Cli.Help;

namespace KeyBroker.Cli.Commands;

/// <summary>config: the settings that hold, and where each comes from.</summary>
internal static class ConfigCommand
{
    public static Command Create(Terminal terminal) => new Command("config", "Shows the settings and where each comes from")
        .WithExamples("keybroker config", "KEYBROKER_OUTPUT=json keybroker config")
        .Runs(terminal, call =>
        {
            var settings = call.Settings.All.ToList();
            var json = new JsonObject
            {
                ["file"] = call.Settings.File,
                ["settings"] = new JsonArray([.. settings.Select(setting => (JsonNode)new JsonObject
                {
                    ["name"] = setting.Name,
                    ["value"] = setting.Value,
                    ["origin"] = setting.Origin,
                })]),
            };
            return call.Answer(json, () => call.Terminal.Table(
                ["SETTING", "VALUE", "FROM"],
                settings.Select(setting => new[] { setting.Name, setting.Value, setting.Origin })));
        });
}
