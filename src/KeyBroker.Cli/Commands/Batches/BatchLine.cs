using System.Text.Json.Nodes;

namespace KeyBroker.Cli.Commands.Batches;

/// <summary>One line of a batch: a body to send, or what is wrong with the line.</summary>
/// <param name="Number">Counted from 1, empty lines too.</param>
/// <param name="Id">The caller's own, given back with the answer.</param>
/// <param name="Body">Null where the line is at fault.</param>
/// <param name="Fault">Null where it is not.</param>
internal sealed record BatchLine(int Number, JsonNode? Id, JsonObject? Body, string? Fault)
{
    /// <summary>The line as it was given.</summary>
    public required string Text { get; init; }

    /// <summary>The line of the answer.</summary>
    public JsonObject Answer(string member, JsonNode content)
    {
        var answer = new JsonObject { ["line"] = Number };
        if (Id is not null)
        {
            answer["id"] = Id.DeepClone();
        }

        answer[member] = content.DeepClone();
        return answer;
    }
}
