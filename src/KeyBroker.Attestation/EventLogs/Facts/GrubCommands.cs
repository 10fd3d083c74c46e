using System.Collections.Frozen;

namespace KeyBroker.Attestation.EventLogs.Facts;

/// <summary>
/// The commands of GRUB and of the configurations that distributions ship. A measured text that begins with none of them
/// could be a kernel's command line.
/// </summary>
internal static class GrubCommands
{
    private static readonly FrozenSet<string> s_loaders = FrozenSet.ToFrozenSet(
        ["linux", "linuxefi", "linux16", "kernel", "chainloader", "multiboot", "multiboot2"], StringComparer.Ordinal);

    private static readonly FrozenSet<string> s_others = FrozenSet.ToFrozenSet(
        [
            "[", "background_color", "background_image", "blscfg", "boot", "cat", "clear", "configfile", "cpuid", "cryptomount",
            "devicetree", "echo", "eval", "export", "false", "fwsetup", "getenv", "gfxmode", "halt", "hwmatch", "increment",
            "initrd", "initrd16", "initrdefi", "initrdfail", "insmod", "keymap", "load_env", "load_video", "loadfont", "ls",
            "menuentry", "module", "module2", "normal", "normal_exit", "password", "password_pbkdf2", "probe", "read", "reboot",
            "recordfail", "regexp", "return", "rmmod", "save_env", "savedefault", "search", "search.file", "search.fs_label",
            "search.fs_uuid", "search.part_label", "serial", "set", "setparams", "shift", "sleep", "smbios", "source", "submenu",
            "terminal_input", "terminal_output", "test", "true", "unset", "update_bootenv",
        ],
        StringComparer.Ordinal);

    // Variables that a configuration sets as a command of their own; none of them means anything to a kernel.
    private static readonly FrozenSet<string> s_variables = FrozenSet.ToFrozenSet(
        ["font", "gfxpayload", "kernelopts", "lang", "linux_gfx_mode", "locale_dir", "menuentry_id_option", "vt_handoff"],
        StringComparer.Ordinal);

    /// <summary>The command line that the text is or asks for, or null where it is another command.</summary>
    public static string? CommandLineOf(string text)
    {
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        var word = space < 0 ? text : text[..space];
        if (s_loaders.Contains(word))
        {
            return space < 0 ? "" : text[(space + 1)..];
        }

        var equals = word.IndexOf('=', StringComparison.Ordinal);
        return s_others.Contains(word) || (equals > 0 && s_variables.Contains(word[..equals])) ? null : text;
    }
}
