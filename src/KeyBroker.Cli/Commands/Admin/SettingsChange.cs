using System.Text.Json.Nodes;

namespace KeyBroker.Cli.Commands.Admin;

/// <summary>
/// [CLI-42] What a 'set' names. What it does not name stays, also the other labels and the other way to rotate: the broker
/// takes both as a whole.
/// </summary>
/// <param name="named">The settings, by their members.</param>
internal sealed class SettingsChange(JsonObject named)
{
    private const string Labels = "labels";
    private const string Rotation = "rotation";
    private static readonly string[] s_rotations = ["period", "uses"];

    /// <summary>Labels that go.</summary>
    public required IReadOnlyCollection<string> WithoutLabels { get; init; }

    /// <summary>Whether what is said of rotation is all that holds from now on.</summary>
    public bool RotationIsWhole { get; init; }

    /// <summary>Whether a part of something changes, which takes the rest of it.</summary>
    public bool NeedsState => WithoutLabels.Count > 0 || named.ContainsKey(Labels) || (named[Rotation] is not null && !RotationIsWhole);

    /// <summary>The change as the broker takes it.</summary>
    /// <param name="shown">The key or secret as it is; empty where it is not needed.</param>
    public JsonObject On(JsonObject shown)
    {
        var body = named.DeepClone().AsObject();
        if (body.ContainsKey(Labels) || WithoutLabels.Count > 0)
        {
            var labels = Merged(shown[Labels], body[Labels], _ => true);
            WithoutLabels.ToList().ForEach(label => labels.Remove(label));
            body[Labels] = labels;
        }

        if (body[Rotation] is JsonObject rotation && !RotationIsWhole)
        {
            body[Rotation] = Merged(shown[Rotation], rotation, s_rotations.Contains);
        }

        return body;
    }

    private static JsonObject Merged(JsonNode? current, JsonNode? changed, Func<string, bool> isKept)
    {
        var merged = new JsonObject();
        foreach (var (name, value) in (current as JsonObject ?? []).Where(member => isKept(member.Key)).Concat(changed as JsonObject ?? []))
        {
            merged[name] = value?.DeepClone();
        }

        return merged;
    }
}
