using System.Runtime.InteropServices;

namespace KeyBroker.Testing;

/// <summary>Signals that Process does not send.</summary>
public static partial class Signal
{
    public static void Kill(int process) => _ = Send(process, 9);

    public static void Continue(int process) => _ = Send(process, 18);

    public static void Stop(int process) => _ = Send(process, 19);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Send(int process, int signal);
}
