using System.CommandLine;
using System.Text.Json.Nodes;
using KeyBroker.Cli.Help;

namespace KeyBroker.Cli.Commands.Admin;

/// <summary>How an administrator ends a key or a secret, or keeps others from it.</summary>
internal static class AdminItemEnds
{
    public static Command Revoke(Terminal terminal, AdminNoun noun)
    {
        var (name, version, yes) = (noun.Name(), AdminItemChanges.Version("every version"), Yes());
        var reason = new Option<string>("--reason") { Description = "Why: a compromise ends every use, anything else new uses", Required = true };
        reason.AcceptOnlyFromAmong(
            "unspecified", "key-compromise", "ca-compromise", "affiliation-changed", "superseded", "cessation-of-operation", "privilege-withdrawn");
        var date = new Option<string?>("--compromise-date") { Description = "Since when, of a compromise", HelpName = "TIME" };
        return new Command("revoke", $"Revokes a {noun.One} for good") { name, reason, date, version, yes }.TakesIfMatch()
            .WithExamples(
                noun.Call("revoke", "--reason key-compromise --yes"),
                noun.Call("revoke", "--reason superseded --version 2 --yes"))
            .Runs(terminal, call =>
            {
                Confirm(call, yes, "Revoke", call.Get(name));
                var body = new JsonObject { ["reason"] = call.Get(reason) };
                body.AddIfGiven("compromiseDate", call.Get(date));
                body.AddIfGiven("version", call.Get(version));
                return noun.DoAsync(call, call.Get(name), ("revoke", "revoked"), body);
            });
    }

    public static Command Destroy(Terminal terminal, AdminNoun noun)
    {
        var (name, version, yes) = (noun.Name(), AdminItemChanges.Version($"the whole {noun.One}"), Yes());
        var after = new Option<string?>("--after") { Description = "How long it can be cancelled; at least 24h, default 30d", HelpName = "DURATION" };
        return new Command("destroy", $"Plans the destruction of a {noun.One}") { name, after, version, yes }.TakesIfMatch()
            .WithExamples(
                noun.Call("destroy", "--yes"),
                noun.Call("destroy", "--version 1 --after 7d --yes"))
            .Runs(terminal, call =>
            {
                Confirm(call, yes, "Destroy", call.Get(name));
                var body = new JsonObject();
                body.AddIfGiven("after", call.Get(after));
                body.AddIfGiven("version", call.Get(version));
                return noun.DoAsync(call, call.Get(name), ("destroy", "planned; until then it can be cancelled"), body);
            });
    }

    public static Command Hold(Terminal terminal, AdminNoun noun)
    {
        var name = noun.Name();
        var reason = new Option<string?>("--reason") { Description = "Why, for the record", HelpName = "TEXT" };
        return new Command("hold", $"Puts a legal hold on a {noun.One}: it stops destruction and nothing else") { name, reason }.TakesIfMatch()
            .WithExamples(noun.Call("hold", "--reason 'case 7'"))
            .Runs(terminal, call =>
            {
                var body = new JsonObject();
                body.AddIfGiven("reason", call.Get(reason));
                return noun.DoAsync(call, call.Get(name), ("hold", "on hold"), body);
            });
    }

    private static Option<bool> Yes() => new("--yes") { Description = "Does it without asking" };

    private static void Confirm(Invocation call, Option<bool> yes, string what, string name)
    {
        if (!call.Get(yes) && !call.Terminal.Confirms($"{what} {name}? Type its name to go on: ", name))
        {
            throw new UsageException("nothing was done: type the name when you are asked, or say --yes");
        }
    }
}
