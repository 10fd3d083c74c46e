using System.CommandLine;
using System.Text.Json.Nodes;
using KeyBroker.Cli.Commands.Keys;
using KeyBroker.Cli.Commands.Secrets;
using KeyBroker.Cli.Help;
using KeyBroker.Client;

namespace KeyBroker.Cli.Commands.Admin;

/// <summary>What an administrator changes the life of: keys, or secrets.</summary>
/// <param name="One">As in sentences.</param>
/// <param name="Many">As in paths and commands.</param>
/// <param name="Example">A name for the examples.</param>
/// <param name="Name">Makes the argument.</param>
/// <param name="Print">Shows one for people to read.</param>
internal sealed record AdminNoun(
    string One, string Many, string Example, Func<Argument<string>> Name, Action<Terminal, JsonObject> Print)
{
    public static readonly AdminNoun Key = new("key", "keys", "web/signer", KeyCommands.Name, KeyTable.PrintOne);

    public static readonly AdminNoun Secret = new("secret", "secrets", "web/db-password", SecretCommands.Name, SecretTable.PrintOne);

    public string PathOf(string name) => $"{Many}/{Uri.EscapeDataString(name)}";

    /// <summary>An example of a verb, with what follows the name.</summary>
    public string Call(string verb, string rest = "") => $"keybroker admin {Many} {verb} {Example} {rest}".TrimEnd();

    /// <summary>Sends a verb, and shows the key or secret as it is then.</summary>
    /// <param name="call">Of the command.</param>
    /// <param name="name">Of the key or secret.</param>
    /// <param name="what">The verb, and what is said when it is done.</param>
    /// <param name="body">Of the verb.</param>
    /// <param name="once">Where the command makes something.</param>
    public async Task<int> DoAsync(Invocation call, string name, (string Verb, string Done) what, JsonObject body, IdempotencyOption? once = null)
    {
        using var admin = call.Administration();
        var request = new BrokerCall(HttpMethod.Post, $"{PathOf(name)}/{what.Verb}", body);
        return await SendAsync(call, admin, once?.Put(call, request) ?? request, what.Done);
    }

    /// <summary>Changes settings, for the state that the change was made for and no later one.</summary>
    public async Task<int> SetAsync(Invocation call, string name, SettingsChange change)
    {
        using var admin = call.Administration();
        var shown = change.NeedsState ? await admin.SendAsync(new BrokerCall(HttpMethod.Get, PathOf(name), null), call.Cancelled) : [];
        var request = new BrokerCall(HttpMethod.Post, $"{PathOf(name)}/settings", change.On(shown)) { IfMatch = (string?)shown["etag"] };
        return await SendAsync(call, admin, request, "set");
    }

    public Command Show(Terminal terminal)
    {
        var name = Name();
        return new Command("show", $"Shows a {One} and its versions, also what is left of one that was destroyed") { name }
            .WithExamples(Call("show"))
            .Runs(terminal, async call =>
            {
                using var admin = call.Administration();
                var item = await admin.SendAsync(new BrokerCall(HttpMethod.Get, PathOf(call.Get(name)), null), call.Cancelled);
                return call.Answer(item, () => Print(call.Terminal, item));
            });
    }

    /// <summary>States and versions, who may do what under which policy, and the last use.</summary>
    public Command Explain(Terminal terminal)
    {
        var name = Name();
        return new Command("explain", $"Shows a {One}, who may do what with it under which policy, and its last use") { name }
            .WithExamples(Call("explain"))
            .Runs(terminal, async call =>
            {
                using var admin = call.Administration();
                var path = PathOf(call.Get(name));
                var item = await admin.GetAsync(path, call.Cancelled);
                var access = await admin.GetAsync(path + "/access", call.Cancelled);
                var both = new JsonObject { [One] = item.DeepClone(), ["access"] = access.DeepClone() };
                return call.Answer(both, () =>
                {
                    Print(call.Terminal, item);
                    Explanation.PrintAccess(call.Terminal, access);
                });
            });
    }

    private async Task<int> SendAsync(Invocation call, BrokerAdministration admin, BrokerCall request, string done)
    {
        var item = await admin.SendAsync(IfMatchOption.Put(call, request), call.Cancelled);
        return call.Answer(item, () =>
        {
            call.Terminal.Done(done);
            Print(call.Terminal, item);
        });
    }
}
