using System.Net.Sockets;
using System.Text;
using KeyBroker.Tpm;
using Microsoft.Data.Sqlite;

namespace KeyBroker.Hosting;

/// <summary>What the log says of a failure: never the message of an exception that could repeat a caller's bytes.</summary>
internal static class FailureText
{
    /// <summary>The message of one of the broker's own exceptions, and what the part behind it said.</summary>
    public static string Cause(Exception failure) => failure.InnerException is { } inner
        && inner is SqliteException or IOException or SocketException or TpmException or TpmFormatException or TpmSessionException
            ? $"{failure.Message}: {inner.Message}"
            : failure.Message;

    /// <summary>Types and places, from the outermost exception to the innermost.</summary>
    public static string Trace(Exception failure)
    {
        var text = new StringBuilder();
        for (var each = failure; each is not null; each = each.InnerException)
        {
            text.Append(each.GetType().FullName).Append('\n').Append(each.StackTrace).Append('\n');
        }

        return text.ToString();
    }
}
