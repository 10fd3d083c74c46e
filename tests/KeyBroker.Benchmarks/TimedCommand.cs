using KeyBroker.Tpm;
using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Sessions;

namespace KeyBroker.Benchmarks;

/// <summary>A command to be timed, given what authorizes it and the key that it needs, loaded.</summary>
internal sealed record TimedCommand(string Name, bool TakesAuth, CreateResponse? Needs, Action<ITpmSession, TpmObject> Run);
